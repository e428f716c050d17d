namespace SocialSentiment.TestModels.Onnx;

/// <summary>Element types, numbered as in onnx.proto.</summary>
internal enum OnnxType
{
    Float = 1,
    Byte = 2,
    SByte = 3,
    Int32 = 6,
    Int64 = 7,
    Boolean = 9,
}
