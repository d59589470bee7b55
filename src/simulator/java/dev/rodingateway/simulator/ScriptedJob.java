package dev.rodingateway.simulator;


/**
 * One job of a simulated task.
 *
 * @param uuid what Rodin calls it
 * @param fate what becomes of it
 */
record ScriptedJob(String uuid, Fate fate) {}
