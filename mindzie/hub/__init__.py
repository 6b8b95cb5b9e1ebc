"""The hub: people sign in with their organisation and work in their tenant."""
