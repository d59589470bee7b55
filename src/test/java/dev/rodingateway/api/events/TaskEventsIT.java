package dev.rodingateway.api.events;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same tests with the packaged application. */
@QuarkusIntegrationTest
class TaskEventsIT extends TaskEventsTest {}
