"""`python -m pidstack.local`."""

from pidstack.local.command import local

local(prog_name="pidstack local")
