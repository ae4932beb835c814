"""Where each word of a book is."""
