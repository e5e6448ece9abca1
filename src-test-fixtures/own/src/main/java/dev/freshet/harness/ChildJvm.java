package dev.freshet.harness;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;

/** A child JVM with the class path of this one. */
public final class ChildJvm {
    /** The options of a JVM that lives for a second or two. */
    public static final List<String> SHORT_LIVED = List.of("-XX:+UseSerialGC");

    private static final String COMPILERS = "-XX:TieredStopAtLevel";

    /** The compilers that this JVM does with, and the number of the process. */
    private static List<String> ofThisJvm() {
        List<String> options = new ArrayList<>();
        options.add("-D" + TestFork.PROPERTY + "=" + TestFork.NUMBER);
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith(COMPILERS))
                .forEach(options::add); // of several the last one counts
        return options;
    }

    private ChildJvm() {}

    /**
     * Returns the builder of a child JVM. Its error stream is that of this process.
     *
     * @param options of the JVM, such as {@code -Xmx64m}
     * @param main the class whose {@code main} runs
     * @param arguments of {@code main}
     */
    public static ProcessBuilder of(List<String> options, Class<?> main, String... arguments) {
        return of(System.getProperty("java.class.path"), options, main, arguments);
    }

    /** Puts a folder of classes in front of the class path of a builder from here, and returns that. */
    public static ProcessBuilder with(Path classes, ProcessBuilder builder) {
        return withPath(builder, path -> classes + File.pathSeparator + path);
    }

    /**
     * Replaces the folders in the class path of a builder from here by jars, each of which is one open file for all its
     * classes, and returns the builder.
     *
     * @param folder for the jars
     */
    public static ProcessBuilder inJars(ProcessBuilder builder, Path folder) {
        return withPath(builder, path -> Arrays.stream(path.split(File.pathSeparator, -1))
                .map(entry -> new File(entry).isDirectory() ? jar(entry, folder) : entry)
                .collect(Collectors.joining(File.pathSeparator)));
    }

    /**
     * Has the process of a builder run with a limit of the shell, and returns the builder.
     *
     * @param limit of {@code ulimit}, such as {@code -n 200}
     */
    public static ProcessBuilder limited(ProcessBuilder builder, String limit) {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit " + limit + " && exec \"$@\"", "sh"));
        command.addAll(builder.command());
        return builder.command(command);
    }

    private static String jar(String classes, Path folder) {
        String jar =
                folder.resolve(Integer.toHexString(classes.hashCode()) + ".jar").toString();
        int code = ToolProvider.findFirst("jar")
                .orElseThrow()
                .run(System.out, System.err, "--create", "--file", jar, "-C", classes, ".");
        if (code != 0) {
            throw new IllegalStateException("jar of " + classes + ": " + code + " (expected: 0)");
        }
        return jar;
    }

    private static ProcessBuilder withPath(ProcessBuilder builder, UnaryOperator<String> change) {
        List<String> command = new ArrayList<>(builder.command());
        int path = command.indexOf("-cp") + 1;
        command.set(path, change.apply(command.get(path)));
        return builder.command(command);
    }

    /** Returns the builder of a short-lived child JVM without the jars whose file name contains a text. */
    public static ProcessBuilder without(String jar, Class<?> main) {
        String path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !new File(entry).getName().contains(jar))
                .collect(Collectors.joining(File.pathSeparator));
        return of(path, SHORT_LIVED, main);
    }

    private static ProcessBuilder of(String path, List<String> options, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ofThisJvm());
        command.addAll(options);
        command.addAll(List.of("-cp", path, main.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    }
}
