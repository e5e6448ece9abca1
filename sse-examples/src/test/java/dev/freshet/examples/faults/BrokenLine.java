package dev.freshet.examples.faults;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A fault that is put into the library on purpose: one line of one of its sources is another one. The changed file goes into a folder
 * that stands in front of the class path of a process.
 *
 * @param what is broken, in words
 * @param file the source, from the root of the repository on
 * @param line the whole line, without the space around it, which occurs once
 * @param broken what stands there instead
 * @param seenBy the fault whose row shows it
 * @param column of that row, which shows it
 */
record BrokenLine(String what, String file, String line, String broken, ProcessFault seenBy, BrokenColumn column) {
    private static final String JAVA = "/src/main/java/";
    private static final String RESOURCES = "/src/main/resources/";

    /** Returns the control: the line is replaced by itself, in the same way. */
    BrokenLine control() {
        return new BrokenLine("no line is broken", file, line, line, seenBy, column);
    }

    /**
     * Writes the changed class, or resource, to a folder.
     *
     * @throws IllegalStateException if the line is not in the source once, or the changed source does not compile
     */
    void writeTo(Path folder) throws IOException {
        String changed = changed();
        int resources = file.indexOf(RESOURCES);
        if (resources >= 0) {
            Path target = folder.resolve(file.substring(resources + RESOURCES.length()));
            Files.createDirectories(target.getParent());
            Files.writeString(target, changed);
            return;
        }
        Path source = folder.resolve("source").resolve(file.substring(file.indexOf(JAVA) + JAVA.length()));
        Files.createDirectories(source.getParent());
        Files.writeString(source, changed);
        compile(source, folder);
    }

    private String changed() throws IOException {
        Path here = Path.of(file);
        Path source = Files.exists(here) ? here : Path.of("..").resolve(here);
        List<String> lines = new ArrayList<>(Files.readAllLines(source));
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).strip().equals(line)) {
                places.add(i);
            }
        }
        if (places.size() != 1) {
            throw new IllegalStateException("broken line \"" + what + "\": \"" + line + "\" is " + places.size()
                    + " times in " + file + " (expected: once)");
        }
        lines.set(places.get(0), broken);
        return String.join("\n", lines) + "\n";
    }

    private void compile(Path source, Path folder) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter problems = new StringWriter();
        List<String> options = List.of(
                "-d",
                folder.toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-proc:none",
                "-implicit:none",
                "-nowarn");
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            boolean compiled = compiler.getTask(problems, files, null, options, null, files.getJavaFileObjects(source))
                    .call();
            if (!compiled) {
                throw new IllegalStateException("broken line \"" + what + "\" of " + file + ": " + problems);
            }
        }
    }

    @Override
    public String toString() {
        return what;
    }
}
