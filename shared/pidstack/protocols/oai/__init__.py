"""OAI-PMH 2.0, in two flavours: Crossref's at `/oai` and DataCite's at `/oai/datacite`."""
