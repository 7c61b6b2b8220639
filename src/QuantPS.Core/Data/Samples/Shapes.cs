namespace QuantPS.Data.Samples;

/// <summary>
/// The shapes of the sample data set as signed distances: negative inside, and near the outline the distance from it. Each lies within
/// about 1 of the origin. Only operations that IEEE 754 rounds exactly, so that a pixel is the same everywhere.
/// </summary>
internal static class Shapes
{
    private static readonly (double X, double Y)[]
        _three = [(0, -1), (Math.Sqrt(0.75), 0.5), (-Math.Sqrt(0.75), 0.5)],
        _five = Turns((Math.Sqrt(5) - 1) / 4, Math.Sqrt(10 + 2 * Math.Sqrt(5)) / 4);

    /// <summary>The shapes by name, in ordinal order.</summary>
    public static IReadOnlyList<(string Name, Func<double, double, double> Distance)> All { get; } =
    [
        ("arrow", Arrow),
        ("circle", (x, y) => Length(x, y) - 0.85),
        ("crescent", (x, y) => Math.Max(Length(x, y) - 0.95, 0.8 - Length(x - 0.45, y))),
        ("cross", (x, y) => Math.Min(Box(x, y, 0.95, 0.3), Box(x, y, 0.3, 0.95))),
        ("heart", Heart),
        ("ring", (x, y) => Math.Abs(Length(x, y) - 0.75) - 0.2),
        ("semicircle", (x, y) => Math.Max(Length(x, y + 0.4) - 0.95, -0.4 - y)),
        ("square", (x, y) => Box(x, y, 0.75, 0.75)),
        ("star", Star),
        ("triangle", (x, y) => HalfPlanes(_three, x, y, stackalloc double[3])[^1] - 0.5),
    ];

    private static double Arrow(double x, double y)
    {
        double head = HalfPlanes(_three, x, y - 0.4, stackalloc double[3])[^1] - 0.35;
        return Math.Min(head, Box(x, y + 0.3, 0.2, 0.6));
    }

    /// <summary>A square on its corner, and a circle on each of its upper sides.</summary>
    private static double Heart(double x, double y)
    {
        const double Half = 0.5;
        double turned = Math.Sqrt(0.5);
        double along = Math.Abs(x), u = (along - y) * turned, v = (along + y) * turned;
        return Math.Min(Box(u, v, Half, Half), Length(u, v - Half) - Half);
    }

    /// <summary>What lies within at least four of the five half-planes whose common part is a pentagon.</summary>
    private static double Star(double x, double y) => HalfPlanes(_five, x, y, stackalloc double[5])[^2] - 0.31;

    private static double Box(double x, double y, double halfWidth, double halfHeight) =>
        Math.Max(Math.Abs(x) - halfWidth, Math.Abs(y) - halfHeight);

    private static double Length(double x, double y) => Math.Sqrt(x * x + y * y);

    /// <summary>How far the point lies along each direction, smallest first.</summary>
    private static Span<double> HalfPlanes((double X, double Y)[] directions, double x, double y, Span<double> distances)
    {
        for (int i = 0; i < directions.Length; i++) distances[i] = directions[i].X * x + directions[i].Y * y;
        distances.Sort();
        return distances;
    }

    /// <summary>Five directions, each turned on from the one before.</summary>
    private static (double X, double Y)[] Turns(double cos, double sin)
    {
        var directions = new (double X, double Y)[5];
        directions[0] = (0, 1);
        for (int i = 1; i < directions.Length; i++)
        {
            (double x, double y) = directions[i - 1];
            directions[i] = (x * cos - y * sin, x * sin + y * cos);
        }
        return directions;
    }
}
