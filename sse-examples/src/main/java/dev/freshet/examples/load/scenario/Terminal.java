package dev.freshet.examples.load.scenario;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The destination of the error stream of this process. */
final class Terminal {

    private static final Path ERROR_STREAM = Path.of("/proc/self/fd/2");

    private Terminal() {}

    /** Returns whether the error stream goes to a terminal. If that is unknown, returns whether there is a console. */
    static boolean isErrorStream() {
        return isConsole() && !isRedirected();
    }

    /** Returns whether there is a console on a terminal. From Java 22 on there is also a console without a terminal. */
    private static boolean isConsole() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    /** Returns whether the error stream is redirected; the console only reports on the other two streams. */
    private static boolean isRedirected() {
        try {
            return Files.exists(ERROR_STREAM)
                    && !Files.readSymbolicLink(ERROR_STREAM).startsWith("/dev");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
