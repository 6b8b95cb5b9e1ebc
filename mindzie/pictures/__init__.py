"""Pictures: the visual language, figures in words, layout and drawing of maps."""
