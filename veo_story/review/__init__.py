"""The preview: a page, a contact sheet, and what goes into them. Reads what is stored, draws what is free."""
