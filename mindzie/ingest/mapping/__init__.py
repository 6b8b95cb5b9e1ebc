"""Mappings: what a source's columns mean, and what is done to them on the way in."""
