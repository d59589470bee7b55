package dev.rodingateway.api;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same tests with the packaged application. */
@QuarkusIntegrationTest
public class TaskStatusResourceIT extends TaskStatusResourceTest {}
