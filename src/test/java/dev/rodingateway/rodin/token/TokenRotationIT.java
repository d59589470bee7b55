package dev.rodingateway.rodin.token;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same in the packaged application. */
@QuarkusIntegrationTest
class TokenRotationIT extends TokenRotationTest {}
