package dev.rodingateway.api.edge;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same tests with the packaged application. */
@QuarkusIntegrationTest
class ProblemsIT extends ProblemsTest {}
