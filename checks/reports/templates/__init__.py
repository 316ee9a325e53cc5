"""The templates of the papers (*.docx), and the script they were first made by (make.py)."""
