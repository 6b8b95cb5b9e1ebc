"""Who may do what with which data: the only door to what the store keeps.

``Workspace.open`` gives a tenant's workspace to one of its people or programs; nothing here hands out a session.
"""
