"""The import wizard: from a file to the studio by clicks."""

from mindzie.widgets.import_wizard.widget import ImportWizard

__all__ = ["ImportWizard"]
