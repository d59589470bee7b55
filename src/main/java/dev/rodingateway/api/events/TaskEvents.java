package dev.rodingateway.api.events;

/**
 * A stream of events that has not been opened.
 *
 * @param open writes the head of the response and the events to it
 */
public record TaskEvents(Runnable open) {}
