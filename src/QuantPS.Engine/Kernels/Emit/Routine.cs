namespace QuantPS.Engine.Kernels;

/// <summary>The frame of an emitted routine with one pointer as its argument.</summary>
internal static class Routine
{
    private static readonly Gpr[] Kept = [Gpr.Rbx, Gpr.Rbp, Gpr.Rsi, Gpr.Rdi, Gpr.R12, Gpr.R13, Gpr.R14, Gpr.R15];

    // Windows keeps the low 16 bytes of these for the caller; System V keeps no vector register.
    private const int FirstKeptVector = 6;
    private const int LastKeptVector = 15;

    /// <summary>Saves what the caller keeps, of both conventions, and moves the argument to a register.</summary>
    public static void Enter(Assembler code, Gpr argument) => Enter(code, argument, OperatingSystem.IsWindows());

    public static void Leave(Assembler code) => Leave(code, OperatingSystem.IsWindows());

    internal static void Enter(Assembler code, Gpr argument, bool windows)
    {
        foreach (Gpr register in Kept) code.Push(register);
        code.Move(argument, windows ? Gpr.Rcx : Gpr.Rdi);
        if (!windows) return;
        code.Add(Gpr.Rsp, -16 * (LastKeptVector - FirstKeptVector + 1));
        code.Move(Gpr.Rbx, Gpr.Rsp);
        for (int v = FirstKeptVector; v <= LastKeptVector; v++)
            code.Vector(VectorOp.Store, new Vec(v, 16), new Mem(Gpr.Rbx, 16 * (v - FirstKeptVector)));
    }

    internal static void Leave(Assembler code, bool windows)
    {
        code.ZeroUpper();
        if (windows)
        {
            code.Move(Gpr.Rbx, Gpr.Rsp);
            for (int v = FirstKeptVector; v <= LastKeptVector; v++)
                code.Vector(VectorOp.Load, new Vec(v, 16), new Mem(Gpr.Rbx, 16 * (v - FirstKeptVector)));
            code.Add(Gpr.Rsp, 16 * (LastKeptVector - FirstKeptVector + 1));
        }
        for (int i = Kept.Length - 1; i >= 0; i--) code.Pop(Kept[i]);
        code.Return();
    }
}
