package dev.rodingateway.api;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class TaskListResourceIT extends TaskListResourceTest {}
