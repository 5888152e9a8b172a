"""Identify and ListMetadataFormats: what the repository is, and what it has to give.

Rule: OAI-PMH 2.0, sections 4.2 and 4.4; "Implementation Guidelines", optional containers.
"""

from __future__ import annotations

from pidstack.protocols.compression import CODING
from pidstack.protocols.oai.arguments import Call
from pidstack.protocols.oai.envelope import in_text
from pidstack.protocols.oai.items import require_item
from pidstack.protocols.oai.moments import GRANULARITY, datestamp
from pidstack.protocols.oai.service import Repository
from pidstack.services.payload import METADATA_FORMATS

_FRIENDS = (
    '<description><friends xmlns="http://www.openarchives.org/OAI/2.0/friends/" '
    'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/friends/ http://www.openarchives.org/OAI/2.0/friends.xsd">'
)


def identify(repository: Repository, base_url: str) -> str:
    """Write the element Identify. Names are kept for ever here, so deletions are told for ever.

    The container oai-identifier is for repositories whose identifiers are of that form, so it is not given.

    Args:
        base_url: of the registry, no slash at its end.
    """
    settings = repository.settings
    facts = (
        ("repositoryName", settings.name),
        ("baseURL", base_url + repository.flavour.path),
        ("protocolVersion", "2.0"),
        ("adminEmail", settings.admin_email),
        ("earliestDatestamp", datestamp(repository.harvest.earliest())),
        ("deletedRecord", "persistent"),
        ("granularity", GRANULARITY),
        ("compression", CODING),
    )
    told = "".join(f"<{name}>{in_text(value)}</{name}>\n" for name, value in facts)
    return f"<Identify>\n{told}{_friends(repository, base_url)}</Identify>\n"


def list_metadata_formats(repository: Repository, call: Call) -> str:
    """Write the element ListMetadataFormats: every item is to be had in every format.

    Raises:
        Refused: there is no item of that identifier.
    """
    if "identifier" in call.values:
        require_item(repository, call.value("identifier"))
    forms = (METADATA_FORMATS[prefix] for prefix in repository.flavour.prefixes)
    told = "".join(
        f"<metadataFormat><metadataPrefix>{form.prefix}</metadataPrefix><schema>{form.schema}</schema>"
        f"<metadataNamespace>{form.namespace}</metadataNamespace></metadataFormat>\n"
        for form in forms
    )
    return f"<ListMetadataFormats>\n{told}</ListMetadataFormats>\n"


def _friends(repository: Repository, base_url: str) -> str:
    if not repository.friends:
        return ""
    urls = "".join(f"<baseURL>{in_text(base_url + path)}</baseURL>" for path in repository.friends)
    return f"{_FRIENDS}{urls}</friends></description>\n"
