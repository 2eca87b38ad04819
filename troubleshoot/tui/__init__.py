"""The walk in the terminal: screens over a session, drawn with Textual."""
