package dev.freshet.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The kept inputs of fuzz targets: what fuzzers have found, and what they begin with. A target is a class with a method
 * {@code fuzzerTestOneInput(byte[])}. Its inputs are the files of the resource {@code /fuzz/} followed by its name.
 */
public final class FuzzSeeds {
    /** An input of a target. */
    public record Seed(String target, Path file) {
        /** Runs the target with this input. */
        public void run() throws ReflectiveOperationException, IOException {
            Class.forName(target).getMethod("fuzzerTestOneInput", byte[].class).invoke(null, (Object)
                    Files.readAllBytes(file));
        }

        @Override
        public String toString() {
            return target + " " + file.getFileName();
        }
    }

    private FuzzSeeds() {}

    /** Returns the inputs that a class's module keeps, by target and name. */
    public static List<Seed> of(Class<?> test) {
        URL folder = test.getResource("/fuzz");
        if (folder == null) {
            throw new IllegalStateException("resource /fuzz: none (expected: a folder for each fuzz target)");
        }
        List<Seed> seeds = new ArrayList<>();
        try {
            for (Path target : files(Path.of(folder.toURI()))) {
                files(target)
                        .forEach(file -> seeds.add(new Seed(target.getFileName().toString(), file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        return seeds;
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
