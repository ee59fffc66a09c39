### context_growth

growth-title = Watch the context grow
