package dev.freshet.netty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The names of the tests of this package, by which the tests of a class are found. */
class TestNamesTest {
    /** First words of tests of something else than one class or family. */
    private static final Map<String, String> OTHER = Map.of(
            "ArchitecturePage", "the page of the architecture",
            "Guide", "code that the guides show",
            "Catches", "a rule for all classes",
            "Confinement", "a rule for all classes",
            "Families", "a rule for all classes",
            "Module", "the module descriptors",
            "NullArguments", "a rule for all public classes",
            "FuzzSeeds", "inputs of all fuzz targets",
            "TestNames", "a rule for all tests");

    /** Hidden classes that no test has to name. */
    private static final Map<String, String> WITHOUT_TEST = Map.of("HandlerNames", "constants");

    private final Map<String, String> classes = sources("main");
    private final Map<String, String> tests = sources("test");

    TestNamesTest() throws IOException {}

    /** Returns the folder of the sources of this module, also for {@code netty41}, which runs its tests, too. */
    static Path sourceFolder(String tree) {
        Path here = Path.of("").toAbsolutePath();
        Path module = here.endsWith("sse-netty") ? here : here.getParent();
        return module.resolve(Path.of("src", tree, "java"));
    }

    /** Returns the top-level classes of the package with their sources. */
    private static Map<String, String> sources(String tree) throws IOException {
        Map<String, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.list(sourceFolder(tree).resolve(Path.of("dev", "freshet", "netty")))) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString();
                if (name.endsWith(".java") && !name.equals("package-info.java")) {
                    sources.put(name.replace(".java", ""), Files.readString(file));
                }
            }
        }
        assertThat(sources).isNotEmpty();
        return sources;
    }

    private static boolean beginsWithAnyOf(String test, Set<String> words) {
        return words.stream().anyMatch(word -> test.matches(word + "[A-Z].*"));
    }

    private boolean isHidden(String name) {
        return !Pattern.compile("(?m)^public .*\\b" + name + "\\b")
                .matcher(classes.get(name))
                .find();
    }

    private boolean isNamed(String name) {
        Pattern word = Pattern.compile("\\b" + name + "(Test)?\\b");
        return tests.entrySet().stream()
                .filter(test -> !beginsWithAnyOf(test.getKey(), OTHER.keySet()))
                .anyMatch(test -> word.matcher(test.getValue()).find());
    }

    @Test
    void aTestBeginsWithTheFamilyOrTheClassThatItTests() {
        Set<String> words = new HashSet<>(classes.keySet());
        words.addAll(FamiliesTest.ARROWS.keySet());
        words.addAll(OTHER.keySet());
        assertThat(tests.keySet())
                .filteredOn(name -> name.endsWith("Test"))
                .allMatch(test -> beginsWithAnyOf(test, words));
    }

    @Test
    void eachHiddenClassIsNamedByATest() {
        List<String> unnamed = classes.keySet().stream()
                .filter(this::isHidden)
                .filter(name -> !isNamed(name))
                .toList();
        assertThat(unnamed).containsExactlyInAnyOrderElementsOf(WITHOUT_TEST.keySet());
    }
}
