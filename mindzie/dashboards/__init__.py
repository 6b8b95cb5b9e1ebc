"""What the hosts of dashboards need: a Voilà template and a bridge to Panel, neither of which asks another host for anything."""
