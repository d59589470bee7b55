package dev.rodingateway.simulator;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The build tool that has started this process, if one has. Maven leaves its child running when it is ended by a signal
 * that the child does not get as well.
 */
final class ParentProcess {

    private ParentProcess() {}

    /**
     * Has the action run when the parent has ended.
     *
     * @param parent ignored unless it is a JVM, as build tools are: a shell may end before what it has started
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
