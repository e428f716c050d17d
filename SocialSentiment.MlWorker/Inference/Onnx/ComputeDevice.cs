using Microsoft.Extensions.Options;
using Microsoft.ML.OnnxRuntime;

namespace SocialSentiment.MlWorker.Inference.Onnx;

/// <summary>Where networks are computed: what was asked for, as far as this machine has it.</summary>
internal sealed partial class ComputeDevice
{
    private const string Cuda = "CUDAExecutionProvider";

    public ComputeDevice(IOptions<InferenceOptions> options, ILogger<ComputeDevice> logger)
    {
        var providers = OrtEnv.Instance().GetAvailableProviders();
        var here = providers.Contains(Cuda);
        IsCuda = here && options.Value.Device != Device.Cpu;
        if (options.Value.Device == Device.Cuda && !here)
        {
            Note = $"CUDA was asked for (Inference:Device) and this build of ONNX Runtime has only {string.Join(", ", providers)}: "
                + "reference the package Microsoft.ML.OnnxRuntime.Gpu instead of Microsoft.ML.OnnxRuntime and install CUDA 12 with cuDNN 9. Models run on the CPU meanwhile.";
            LogNote(logger, Note);
        }
    }

    public bool IsCuda { get; private set; }

    public string Name => IsCuda ? "cuda" : "cpu";

    /// <summary>What is not as it was asked for, and what to do about it.</summary>
    public string? Note { get; private set; }

    /// <summary>Adds the device to a session's options. A provider that is there without its libraries says so only now.</summary>
    public void Configure(Microsoft.ML.OnnxRuntime.SessionOptions session, ILogger logger)
    {
        if (!IsCuda)
        {
            return;
        }

        try
        {
            session.AppendExecutionProvider_CUDA();
        }
        catch (OnnxRuntimeException error)
        {
            IsCuda = false;
            Note = $"ONNX Runtime's CUDA provider does not start ({error.Message}): check the NVIDIA driver, CUDA 12 and cuDNN 9. Models run on the CPU meanwhile.";
            LogNote(logger, Note);
        }
    }

    [LoggerMessage(LogLevel.Warning, "{Note}")]
    private static partial void LogNote(ILogger logger, string note);
}
