"""The change to the product under the tests, fixtures and test configuration as they were before it."""
