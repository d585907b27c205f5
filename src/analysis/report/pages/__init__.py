"""From an executed notebook to HTML, facts.json, CSV and workbook; and the pages around them."""
