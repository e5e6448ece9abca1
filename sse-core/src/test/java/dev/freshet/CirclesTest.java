package dev.freshet;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.freshet.harness.UsesGraph;
import dev.freshet.hub.SseHub;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The circles of top-level types that use each other, in each package of the core. */
class CirclesTest {
    private final TreeMap<String, Set<String>> uses = new TreeMap<>();

    CirclesTest() {
        String library =
                SseHub.class.getProtectionDomain().getCodeSource().getLocation().getPath();
        JavaClasses classes = new ClassFileImporter()
                .withImportOption(location -> location.contains(library))
                .importPackages("dev.freshet");
        for (JavaClass user : classes) {
            Set<String> used = uses.computeIfAbsent(topLevel(user), name -> new TreeSet<>());
            user.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(target -> target.getPackageName().equals(user.getPackageName()))
                    .map(CirclesTest::topLevel)
                    .filter(name -> !name.equals(topLevel(user)))
                    .forEach(used::add);
        }
    }

    private static String topLevel(JavaClass type) {
        return type.getName().replaceAll("\\$.*", "");
    }

    @ParameterizedTest
    @CsvSource({"codec, 2", "concurrent, 1", "event, 1", "hub, 3", "log, 4", "logging, 1", "store, 5", "topic, 1"})
    void noCircleOfAPackageIsLargerThanThat(String name, int largest) {
        Set<String> types = new TreeSet<>(uses.keySet());
        types.removeIf(type -> !type.startsWith("dev.freshet." + name + "."));
        assertThat(types).isNotEmpty();
        assertThat(types.stream().map(new UsesGraph(uses)::circle))
                .allSatisfy(circle -> assertThat(circle).hasSizeLessThanOrEqualTo(largest));
    }
}
