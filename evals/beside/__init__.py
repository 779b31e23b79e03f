"""What others do on the same cases: LangChain's stock ensemble for finding, a plain chain with a model for answers."""
