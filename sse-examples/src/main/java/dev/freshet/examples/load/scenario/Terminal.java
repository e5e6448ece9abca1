package dev.freshet.examples.load.scenario;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the error stream of this process goes. */
final class Terminal {

    private static final Path ERROR_STREAM = Path.of("/proc/self/fd/2");

    private Terminal() {}

    /** Whether the error stream goes to a terminal, as far as that can be told; where it cannot, whether there is a console. */
    static boolean isErrorStream() {
        return isConsole() && !isRedirected();
    }

    /** From Java 22 on there is a console without a terminal, too, which tells them apart. */
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

    /** A console is that of the other two streams. */
    private static boolean isRedirected() {
        try {
            return Files.exists(ERROR_STREAM)
                    && !Files.readSymbolicLink(ERROR_STREAM).startsWith("/dev");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
