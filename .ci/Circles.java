import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/**
 * Prints, for each package below the given folders of classes, how many top-level types it has, how many of them are public,
 * how long its sources are, and which of its types depend on each other in a circle, as jdeps sees them.
 *
 * <p>{@code java .ci/Circles.java sse-core sse-netty}, after {@code mvn test-compile}.
 */
class Circles {

    public static void main(String[] modules) throws IOException {
        for (String module : modules) {
            Path classes = Path.of(module, "target", "classes");
            Map<String, Map<String, Set<String>>> packages = packages(classes);
            for (var one : packages.entrySet()) {
                print(Path.of(module, "src", "main", "java"), classes, one.getKey(), one.getValue());
            }
        }
    }

    private static void print(Path sources, Path classes, String name, Map<String, Set<String>> types) throws IOException {
        List<Set<String>> circles = circles(types);
        List<Long> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(sources.resolve(name.replace('.', '/')))) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                try (Stream<String> text = Files.lines(file)) {
                    lines.add(text.count());
                }
            }
        }
        lines.sort(null);
        System.out.printf(
                "%s: %d types, %d public; lines a file: median %d, p90 %d, most %d; circles: %d, largest %d%n",
                name,
                types.size(),
                publicTypes(classes, name, types.keySet()),
                lines.get(lines.size() / 2),
                lines.get(lines.size() * 9 / 10),
                lines.get(lines.size() - 1),
                circles.size(),
                circles.isEmpty() ? 0 : circles.get(0).size());
        circles.forEach(circle -> System.out.println("  " + circle.size() + " " + String.join(" ", circle)));
    }

    private static long publicTypes(Path classes, String name, Set<String> types) {
        List<String> arguments = new ArrayList<>(List.of("-public"));
        types.forEach(type -> arguments.add(classes.resolve(name.replace('.', '/')).resolve(type + ".class").toString()));
        return run("javap", arguments)
                .lines()
                .filter(line -> line.matches("public .*(class|interface) .*\\{"))
                .count();
    }

    /** Package, to its top-level types, to those of the same package that each uses. */
    private static Map<String, Map<String, Set<String>>> packages(Path classes) {
        Map<String, Map<String, Set<String>>> packages = new TreeMap<>();
        run("jdeps", List.of("-v", classes.resolve("dev").toString()))
                .lines()
                .filter(line -> line.matches("\\s+dev\\.freshet\\.\\S+\\s+-> \\S+.*"))
                .filter(line -> !line.contains(".package-info "))
                .forEach(line -> {
                    String[] words = line.trim().split("\\s+");
                    String user = words[0].replaceAll("\\$.*", "");
                    String used = words[2].replaceAll("\\$.*", "");
                    String home = user.substring(0, user.lastIndexOf('.'));
                    Set<String> uses = packages.computeIfAbsent(home, none -> new TreeMap<>())
                            .computeIfAbsent(user.substring(home.length() + 1), none -> new TreeSet<>());
                    if (used.startsWith(home + ".") && used.lastIndexOf('.') == home.length() && !used.equals(user)) {
                        uses.add(used.substring(home.length() + 1));
                    }
                });
        return packages;
    }

    /** The strongly connected sets of more than one type, the largest first (Tarjan). */
    private static List<Set<String>> circles(Map<String, Set<String>> types) {
        return new Object() {
            final Map<String, Integer> index = new HashMap<>();
            final Map<String, Integer> low = new HashMap<>();
            final Deque<String> open = new ArrayDeque<>();
            final List<Set<String>> found = new ArrayList<>();

            List<Set<String>> all() {
                types.keySet().stream().filter(type -> !index.containsKey(type)).forEach(this::visit);
                found.sort(Comparator.comparing((Set<String> circle) -> -circle.size()));
                return found;
            }

            void visit(String type) {
                index.put(type, index.size());
                low.put(type, index.get(type));
                open.push(type);
                for (String used : types.getOrDefault(type, Set.of())) {
                    if (!index.containsKey(used)) {
                        visit(used);
                        low.merge(type, low.get(used), Math::min);
                    } else if (open.contains(used)) {
                        low.merge(type, index.get(used), Math::min);
                    }
                }
                if (low.get(type).equals(index.get(type))) {
                    Set<String> circle = new TreeSet<>();
                    String last;
                    do {
                        last = open.pop();
                        circle.add(last);
                    } while (!last.equals(type));
                    if (circle.size() > 1) {
                        found.add(circle);
                    }
                }
            }
        }.all();
    }

    private static String run(String tool, List<String> arguments) {
        StringWriter out = new StringWriter();
        PrintWriter writer = new PrintWriter(out, true);
        int status = ToolProvider.findFirst(tool).orElseThrow().run(writer, writer, arguments.toArray(String[]::new));
        if (status != 0) {
            throw new IllegalStateException(tool + " ended with " + status + ": " + out);
        }
        return out.toString();
    }
}
