package dev.rodingateway.api;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same in the packaged application. */
@QuarkusIntegrationTest
class ConditionalRequestIT extends ConditionalRequestTest {}
