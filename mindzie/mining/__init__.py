"""Mining: what is found in logs and maps."""
