package dev.rodingateway.rodin;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same in the packaged application. */
@QuarkusIntegrationTest
class TokenRotationIT extends TokenRotationTest {}
