"""Messages of alerts: what they say, and how they reach a mail server, a webhook or Microsoft Teams."""
