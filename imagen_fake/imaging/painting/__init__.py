"""What is painted: settings, things, light, and the page that holds them."""
