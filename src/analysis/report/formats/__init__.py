"""The same findings in other forms: PDF, Word, pictures, citations, data. A form adds nothing and leaves no number out."""
