"""A workspace from afar: a notebook's server asks the hub, which alone knows the database, the storage and the keys.

``surface`` says what may be asked, ``wire`` how values travel, ``answering`` answers, and ``objects`` are what a notebook holds.
"""
