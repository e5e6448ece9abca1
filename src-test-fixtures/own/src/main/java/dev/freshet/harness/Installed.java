package dev.freshet.netty;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Programs of the machine that tests run where they are installed. */
final class Installed {
    private static final List<Path> FOLDERS =
            List.of(Path.of("/usr/bin"), Path.of("/usr/sbin"), Path.of("/usr/local/bin"));

    private Installed() {}

    /** Where it is; where it is not, the test is skipped, or fails where the build requires all of them. */
    static String path(String program) {
        for (Path folder : FOLDERS) {
            if (Files.isExecutable(folder.resolve(program))) {
                return folder.resolve(program).toString();
            }
        }
        if (Boolean.getBoolean("freshet.browser.required")) {
            throw new AssertionError("tests that need " + program + " are required, but it was not found");
        }
        String message = "SKIPPED: tests that need " + program + ": not found";
        System.err.println(message);
        assumeTrue(false, message);
        throw new AssertionError(message);
    }
}
