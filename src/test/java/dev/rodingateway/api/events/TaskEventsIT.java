package dev.rodingateway.api.events;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same in the packaged application. */
@QuarkusIntegrationTest
class TaskEventsIT extends TaskEventsTest {}
