package dev.freshet.harness;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Programs of the machine that tests run where they are installed. */
public final class Installed {
    private static final List<Path> FOLDERS =
            List.of(Path.of("/usr/bin"), Path.of("/usr/sbin"), Path.of("/usr/local/bin"));

    private Installed() {}

    /** Returns where a program is; where it is not, the test is skipped, or fails where the build requires all of them. */
    public static String path(String program) {
        for (Path folder : FOLDERS) {
            if (Files.isExecutable(folder.resolve(program))) {
                return folder.resolve(program).toString();
            }
        }
        throw missing(program);
    }

    /** Requires a file that an installed program needs, as {@link #path} requires a program. */
    public static void require(Path file) {
        if (!Files.exists(file)) {
            throw missing(file.toString());
        }
    }

    private static AssertionError missing(String what) {
        if (Boolean.getBoolean("freshet.browser.required")) {
            throw new AssertionError("tests that need " + what + " are required, but it was not found");
        }
        String message = "SKIPPED: tests that need " + what + ": not found";
        System.err.println(message);
        assumeTrue(false, message);
        return new AssertionError(message);
    }
}
