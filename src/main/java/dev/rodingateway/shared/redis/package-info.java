/** The connection to Redis or Valkey: settings, calls and detection of outages. */
@NullMarked
package dev.rodingateway.shared.redis;

import org.jspecify.annotations.NullMarked;
