"""Reports: one audience's view becomes a document. Nothing here can see more than an `AudienceView` holds."""
