"""The ground: engines, data set folders and the building of canonical logs."""
