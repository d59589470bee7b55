package dev.rodingateway.api;

/**
 * A stream of events that has not been opened.
 *
 * @param open writes the head of the response and the events to it
 */
record TaskEvents(Runnable open) {}
