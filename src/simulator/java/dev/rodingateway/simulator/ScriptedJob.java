package dev.rodingateway.simulator;


/**
 * One job of a simulated task.
 *
 * @param uuid its id
 * @param fate its final status
 */
record ScriptedJob(String uuid, Fate fate) {}
