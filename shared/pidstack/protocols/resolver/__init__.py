"""Resolution: identifiers in a path of their own, to where they lead or to what is known of them."""
