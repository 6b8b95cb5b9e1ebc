"""What the workspace keeps in a database: models, sessions that know their tenant, migrations, files of snapshots.

Nothing here knows who may do what: ``mindzie.access`` is the only door.
"""
