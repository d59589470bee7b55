package dev.rodingateway.simulator;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The build tool that started this process, if any. When Maven is ended by a signal that its child does not receive,
 * the child continues to run.
 */
final class ParentProcess {

    private ParentProcess() {}

    /**
     * Runs the action when the parent has ended.
     *
     * @param parent ignored unless it is a JVM, as build tools are: a shell may end before the processes that it
     *     started
     * @return completes when the action has run; empty if it never will
     */
    static Optional<CompletableFuture<Void>> whenGone(Optional<ProcessHandle> parent, Runnable action) {
        return parent.filter(ParentProcess::isJvm).map(jvm -> jvm.onExit().thenRun(action));
    }

    private static boolean isJvm(ProcessHandle process) {
        return process.info()
                .command()
                .map(command -> String.valueOf(Path.of(command).getFileName()))
                .filter(name -> name.equals("java") || name.equals("java.exe"))
                .isPresent();
    }
}
