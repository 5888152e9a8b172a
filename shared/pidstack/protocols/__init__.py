"""Translators between the wire and the domain, one package a protocol; none knows another, none knows the store."""
